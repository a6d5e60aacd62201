// Sort a table by click or keyboard on the buttons in its head. Rows that carry no value stay at the end.

const collator = new Intl.Collator(document.documentElement.lang || "zh-CN", { numeric: true });

export function makeSortable(table) {
  table.tHead?.addEventListener("click", (event) => {
    const button = event.target.closest("button.sort");
    if (button) sortBy(table, button.closest("th"));
  });
}

function sortBy(table, head) {
  const ascending = head.getAttribute("aria-sort") !== "ascending";
  const numeric = head.classList.contains("number");
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  for (const body of table.tBodies) {
    const rows = [...body.rows].map((row) => ({ row, value: valueOf(row.cells[head.cellIndex], numeric) }));
    rows.sort((a, b) => compare(a.value, b.value, ascending));
    body.append(...rows.map(({ row }) => row));
  }
}

function valueOf(cell, numeric) {
  const text = cell?.dataset.value ?? cell?.textContent.trim() ?? "";
  if (text === "") return null;
  return numeric ? Number.parseFloat(text.replace(/[\s,]/g, "")) : text;
}

function compare(a, b, ascending) {
  const aMissing = a === null || Number.isNaN(a);
  const bMissing = b === null || Number.isNaN(b);
  if (aMissing || bMissing) return aMissing - bMissing;
  const order = typeof a === "number" ? a - b : collator.compare(a, b);
  return ascending ? order : -order;
}
