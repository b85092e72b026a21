// Bars and lines from {"labels": [..], "series": [{"name", "values", "type"?, "urls"?}], "unit"?}, drawn by ECharts
// in our colours, with a legend and a table for those who do not see it.

import { element, language, word } from "ems/words";

const COLOURS = ["--chart-1", "--chart-2", "--chart-3", "--chart-4"];
const drawn = new Map();
const number = new Intl.NumberFormat(language);
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

/** The colour that a token has now, in the theme of the page. */
function colour(token) {
  const probe = element("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/** The data of a chart: inlined, or fetched. */
async function load(box) {
  const inline = box.querySelector('script[type="application/json"]');
  if (inline && !box.dataset.chartSrc) return JSON.parse(inline.textContent);
  const answer = await fetch(box.dataset.chartSrc, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** One series in ECharts' words. */
const seriesOf = ({ name, values, type = "bar" }, place) => ({
  name,
  type,
  data: values,
  barMaxWidth: 22,
  barGap: "15%",
  symbolSize: 6,
  itemStyle: { color: colour(COLOURS[place % COLOURS.length]), borderRadius: type === "bar" ? [3, 3, 0, 0] : 0 },
});

/** The whole picture; the tooltip is drawn on the canvas, since our policy allows no inline style. */
function picture({ labels, series, unit = "" }) {
  const text = { color: colour("--ink-3"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 11 };
  const line = { lineStyle: { color: colour("--line") } };
  return {
    animation: !calm,
    animationDuration: 300,
    grid: { left: 4, right: 4, top: 12, bottom: 2, containLabel: true },
    xAxis: { type: "category", data: labels, axisLabel: text, axisTick: { show: false }, axisLine: line },
    yAxis: { type: "value", minInterval: 1, axisLabel: { ...text, formatter: (value) => number.format(value) }, splitLine: line },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow", shadowStyle: { opacity: 0.08 } },
      backgroundColor: colour("--raised"), borderColor: colour("--line-strong"), textStyle: { ...text, color: colour("--ink"), fontSize: 12 },
      valueFormatter: (value) => `${number.format(value)} ${unit}`.trim(),
    },
    series: series.map(seriesOf),
  };
}

/** A list of names with their colours; style.css colours by place. */
const legend = ({ series }) =>
  element("ul", { class: "chart-legend" }, ...series.map(({ name }) => element("li", {}, element("i"), name)));

/** A figure of the table; a link where it knows the way to what it counts. */
function figure({ values, urls }, place) {
  const text = number.format(values[place] ?? 0);
  return urls?.[place] ? element("a", { href: urls[place] }, text) : text;
}

/** The same numbers as a table. */
function table({ labels, series }) {
  const head = element("tr", {}, element("td"), ...series.map(({ name }) => element("th", { class: "n", scope: "col" }, name)));
  const rows = labels.map((label, place) =>
    element("tr", {}, element("th", { scope: "row" }, label),
      ...series.map((each) => element("td", { class: "n" }, figure(each, place)))),
  );
  return element("details", {}, element("summary", {}, word("chartTable")),
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
}

/** Draw one chart, or draw it again with new data. */
async function draw(box) {
  const data = await load(box);
  const { init } = await import("ems/echarts");
  let canvas = box.querySelector(".chart-canvas");
  if (!canvas) {
    canvas = element("div", { class: "chart-canvas", role: "img", "aria-label": box.dataset.chartLabel ?? "" });
    box.querySelector(".skeleton")?.remove();
    box.append(legend(data), canvas);
    const chart = init(canvas);
    new ResizeObserver(() => chart.resize()).observe(canvas);
    chart.on("click", ({ seriesIndex, dataIndex }) => {
      const url = drawn.get(box).data.series[seriesIndex].urls?.[dataIndex];
      if (url) location.assign(url);
    });
    drawn.set(box, { chart, data });
  }
  const opened = box.querySelector("details")?.open ?? false;
  box.querySelector("details")?.remove();
  box.append(table(data));
  box.querySelector("details").open = opened;
  drawn.get(box).data = data;
  drawn.get(box).chart.setOption(picture(data), true);
}

/** Draw, or say that it could not be drawn. */
const attempt = (box) =>
  draw(box).catch(() => {
    box.querySelector(".skeleton")?.replaceWith(element("p", { class: "sub" }, word("chartFailed")));
  });

/** Draw all charts below a node, each when it comes into view. */
function find(root) {
  for (const box of root.querySelectorAll(".chart:not([data-found])")) {
    box.dataset.found = "1";
    seen.observe(box);
    for (const topic of (box.dataset.live ?? "").split(/\s+/).filter(Boolean))
      document.body.addEventListener(`live:${topic}`, () => box.isConnected && drawn.has(box) && attempt(box));
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    attempt(target);
  }
}, { rootMargin: "200px" });

/** Find the charts now and after htmx; follow the theme. */
export function startCharts() {
  find(document);
  document.body.addEventListener("htmx:load", (event) => find(event.detail.elt));
  document.body.addEventListener("ems:theme", () => {
    for (const { chart, data } of drawn.values()) chart.setOption(picture(data), true);
  });
}
