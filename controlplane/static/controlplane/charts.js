/* Draws the charts of the home page: what flows above, what went wrong below, on a scale of its own. */
"use strict";

const WRONG = [["failed", "Failed tries"], ["dead", "Dead"], ["unrouted", "Unrouted"]];
const FLOWS = [["accepted", "Accepted"], ["delivered", "Delivered"]];
const charts = [];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--cp-${name}`).trim();
}

// The last bucket is not over: whoever points at it is told.
function moment(items) {
  const [{ dataIndex, label, chart }] = items;
  return dataIndex === chart.data.labels.length - 1 ? `${label}, so far` : label;
}

function options(stacked) {
  const ticks = { color: colour("quiet"), maxRotation: 0, autoSkipPadding: 16, precision: 0 };
  return {
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    plugins: {
      tooltip: { callbacks: { title: moment } },
      legend: { align: "start", labels: { boxHeight: 8, boxWidth: 8, color: colour("quiet"), usePointStyle: true } },
    },
    scales: {
      x: { stacked, ticks, grid: { display: false } },
      y: { stacked, ticks: { ...ticks, maxTicksLimit: 4 }, grid: { color: colour("line") }, beginAtZero: true, suggestedMax: 1 },
    },
  };
}

// Dotted on the way to the last bucket, which is not over.
function line(counts, [name, label]) {
  const last = counts.labels.length - 1;
  const segment = { borderDash: (part) => (part.p1DataIndex === last ? [1, 4] : undefined) };
  const look = { borderColor: colour(name), backgroundColor: colour(name), pointRadius: 0, borderWidth: 2, tension: 0.2 };
  return { label, data: counts[name], ...look, segment, borderDash: name === "accepted" ? [4, 3] : [] };
}

function bar(counts, [name, label]) {
  return { label, data: counts[name], backgroundColor: colour(name), maxBarThickness: 12 };
}

function draw(place) {
  const counts = JSON.parse(place.dataset.cpChart);
  const [flows, wrong] = place.querySelectorAll("canvas");
  const labels = counts.labels;
  charts.push(
    new Chart(flows, { type: "line", data: { labels, datasets: FLOWS.map((one) => line(counts, one)) }, options: options(false) }),
    new Chart(wrong, { type: "bar", data: { labels, datasets: WRONG.map((one) => bar(counts, one)) }, options: options(true) }),
  );
}

function drawAll() {
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  charts.splice(0).forEach((one) => one.destroy());
  document.querySelectorAll("[data-cp-chart]").forEach(draw);
}

document.querySelectorAll("[data-cp-live]").forEach((part) => part.addEventListener("cp:shown", drawAll));
new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
drawAll();
