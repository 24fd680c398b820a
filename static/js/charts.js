// Draws each chart of the page out of the table beneath it: what people read and what is drawn is the same.
// The colours are the tokens'; when the theme changes, or the width, it is drawn anew.

const HEIGHT = 280;
const FORMATS = {
  share: (value) => value.toLocaleString(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 }),
  seconds: (value) => `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, "0")}`,
  count: (value) => value.toLocaleString(document.documentElement.lang),
};

function token(name) {
  // a token may be a light-dark() pair: only a property that is used has the colour that counts
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

function read(table) {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const series = heads.flatMap((head, at) => (head.dataset.series ? [{ head, at }] : []));
  const values = ({ at }) => rows.map((row) => ("value" in row.cells[at].dataset ? Number(row.cells[at].dataset.value) : null));
  return {
    title: heads[0].textContent.trim(),
    labels: rows.map((row) => row.cells[0].textContent.trim()),
    series: series.map(({ head }) => ({ label: head.textContent.trim(), style: head.dataset.series })),
    data: [rows.map((_row, at) => at), ...series.map(values)],
  };
}

function seriesOf({ label, style }, at, write) {
  const steps = style.startsWith("step");
  return {
    label,
    stroke: at ? token("--ink-3") : token("--accent"),
    width: 2,
    dash: style.endsWith("dash") ? [6, 4] : undefined,
    paths: steps ? uPlot.paths.stepped({ align: 1 }) : undefined,
    points: { show: !steps },
    value: (_chart, value) => (value === null ? "–" : write(value)),
  };
}

function draw(place) {
  const { title, labels, series, data } = read(document.getElementById(place.dataset.chart));
  const write = FORMATS[place.dataset.kind] ?? FORMATS.count;
  const axis = { stroke: token("--ink-2"), grid: { stroke: token("--line"), width: 1 }, ticks: { show: false }, font: `13px ${getComputedStyle(document.body).fontFamily}` };
  const name = (at) => (Number.isInteger(at) ? labels[at] ?? "" : "");
  place.replaceChildren();
  return new uPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false, range: (_chart, low, high) => [low - 0.5, high + 0.5] }, y: { range: (_chart, _low, high) => [0, (high || 1) * 1.08] } },
      axes: [
        { ...axis, space: 110, incrs: [1, 2, 4, 7, 12, 24, 48, 96], values: (_chart, splits) => splits.map(name) },
        { ...axis, size: 64, values: (_chart, splits) => splits.map(write) },
      ],
      cursor: { drag: { x: false, y: false } },
      series: [{ label: title, value: (_chart, at) => (at === null ? "–" : name(at)) }, ...series.map((each, at) => seriesOf(each, at, write))],
    },
    data,
    place,
  );
}

for (const place of document.querySelectorAll("[data-chart]")) {
  let chart = draw(place);
  const anew = () => {
    chart.destroy();
    chart = draw(place);
  };
  new MutationObserver(anew).observe(document.documentElement, { attributeFilter: ["data-theme", "data-density"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", anew);
  new ResizeObserver(() => {
    if (place.clientWidth && place.clientWidth !== chart.width) chart.setSize({ width: place.clientWidth, height: HEIGHT });
  }).observe(place);
}
