// Small things every staff page has: sorting of tables.
import { makeSortable } from "./tables.js";

for (const table of document.querySelectorAll("table[data-sortable]")) makeSortable(table);
