// Draws every figure from the JSON beside it. Colours of text and grid come from the style sheet.
(function () {
  "use strict";
  var config = JSON.parse(document.getElementById("plot-config").textContent);
  var plots = Array.prototype.slice.call(document.querySelectorAll(".plot"));

  plots.forEach(function (plot) {
    var figure = JSON.parse(document.getElementById(plot.dataset.numbers).textContent);
    Plotly.newPlot(plot, figure.data, figure.layout, config);
  });

  // Paper: figures as wide as a Letter page between its margins, and every table open.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    opened.forEach(function (details) { details.open = true; });
    plots.forEach(function (plot) { Plotly.relayout(plot, { width: 690, autosize: false }); });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
    plots.forEach(function (plot) { Plotly.relayout(plot, { width: null, autosize: true }); });
  });
})();
