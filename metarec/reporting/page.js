"use strict";
(() => {
  const templates = JSON.parse(document.getElementById("templates").textContent);
  const dark = window.matchMedia("screen and (prefers-color-scheme: dark)");
  const charts = [...document.querySelectorAll("figure .chart")];
  const template = () => templates[dark.matches ? "dark" : "light"];
  const config = { responsive: true, displayModeBar: false };
  for (const chart of charts) {
    const { data, layout } = JSON.parse(chart.closest("figure").querySelector("script").textContent);
    Plotly.newPlot(chart, data, { ...layout, template: template() }, config);
  }
  const change = (layout) => charts.forEach((chart) => Plotly.relayout(chart, layout));
  dark.addEventListener("change", () => change({ template: template() }));
  // Paper is light, and narrower than most windows: 17 cm at 96 points to the inch.
  window.addEventListener("beforeprint", () => change({ template: templates.light, width: 640 }));
  window.addEventListener("afterprint", () => change({ template: template(), width: null, autosize: true }));
})();
