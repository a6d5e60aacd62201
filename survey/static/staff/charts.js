// Draw the figures of a page. A figure is plotly JSON made on the server; here it only takes the page's
// colours, because those change with the light, and gives its title to the heading that already says it.

const CONFIG = { displayModeBar: false, displaylogo: false, responsive: true, scrollZoom: false };
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const plots = [...document.querySelectorAll(".chart-plot")];

for (const button of document.querySelectorAll("[data-download]")) prepareDownload(button);
drawAll();
dark.addEventListener("change", drawAll);

function drawAll() {
  for (const plot of plots) draw(plot).catch(() => offerRetry(plot));
}

async function draw(plot) {
  if (!window.Plotly) throw new Error("plotly is not loaded");
  const { data, layout } = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
  await window.Plotly.react(plot, data.map(inPaperColour), inPageColours(layout, plot), CONFIG);
  plot.classList.remove("is-waiting");
}

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function inPageColours(layout, plot) {
  const coloured = {
    ...layout,
    title: { text: "" },
    autosize: true,
    font: { ...layout.font, color: token("--ink") },
    margin: { ...layout.margin, t: 16 },
    hoverlabel: {
      bgcolor: token("--paper"), bordercolor: token("--control-line"),
      font: { color: token("--ink"), family: layout.font?.family }, align: "left",
    },
  };
  for (const [name, axis] of Object.entries(layout)) {
    if (/^[xy]axis\d*$/.test(name)) coloured[name] = { ...axis, ...axisForPage(axis) };
  }
  plot.style.minHeight = layout.height ? `${layout.height}px` : "";
  return coloured;
}

function axisForPage(axis) {
  return { automargin: true, ...(axis.gridcolor && { gridcolor: token("--grid") }), linecolor: token("--control-line") };
}

// Hatching is white paper with lines; at night the paper is dark.
function inPaperColour(trace) {
  const pattern = trace.marker?.pattern;
  if (!pattern) return trace;
  const marker = { ...trace.marker, color: token("--paper"), pattern: { ...pattern, fgcolor: token("--hatch") } };
  return { ...trace, marker, insidetextfont: { color: token("--ink-soft") } };
}

function offerRetry(plot) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = plot.dataset.retry;
  button.addEventListener("click", () => window.location.reload());
  const words = document.createElement("p");
  words.className = "retry";
  words.append(plot.dataset.failed, " ", button);
  plot.removeAttribute("role");
  plot.classList.remove("is-waiting");
  plot.style.minHeight = "0";
  plot.replaceChildren(words);
  for (const button of plot.closest(".chart").querySelectorAll("[data-download]")) button.hidden = true;
}

function prepareDownload(button) {
  const chart = button.closest(".chart");
  const plot = chart.querySelector(".chart-plot");
  button.hidden = false;
  button.addEventListener("click", () => {
    const filename = chart.querySelector("h2, h3").textContent.trim().replace(/[\\/:*?"<>|？！]/g, "");
    const { width, height } = plot.getBoundingClientRect();
    window.Plotly.downloadImage(plot, { format: button.dataset.download, filename, width, height, scale: 2 });
  });
}
