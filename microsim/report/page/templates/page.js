"use strict";
(() => {
  const root = document.documentElement;

  // Charts take the colour of text from the page, so that light, dark and print need no second drawing.
  const text = "currentColor";
  const font = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
  const configOf = (width) => ({
    background: "transparent", font,
    view: { stroke: "transparent" },
    axis: { labelColor: text, titleColor: text, domainColor: text, tickColor: text, gridColor: text, gridOpacity: 0.14,
      domainOpacity: 0.5, tickOpacity: 0.5, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
      labelLimit: Math.min(260, 0.4 * width) },
    axisX: { titleLimit: Math.max(0.6 * width, 200) },
    legend: { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
      labelLimit: Math.min(320, width - 90), orient: "top", direction: "horizontal", columns: 3 },
    title: { color: text, subtitleColor: text }, header: { labelColor: text, titleColor: text },
    text: { fill: text, fontSize: 12 }, rule: { stroke: text }, errorbar: { rule: { stroke: text } },
  });
  const views = new Map();

  async function draw(chart) {
    const specification = JSON.parse(document.getElementById(chart.dataset.of).textContent);
    const config = configOf(chart.clientWidth);
    const options = { renderer: "svg", actions: false, config, tooltip: { theme: "custom", sanitize: escaped } };
    const place = chart.appendChild(document.createElement("div"));  // the renderer takes the role of what it draws in
    const { view } = await vegaEmbed(place, specification, options);
    views.set(chart, view);
    chart.dataset.drawn = "";
  }

  function escaped(value) {
    const holder = document.createElement("span");
    holder.textContent = String(value);
    return holder.innerHTML;
  }

  // A chart in a part that is folded has no width yet: it is drawn when the part is opened.
  const isSeen = (chart) => chart.offsetParent !== null;
  const drawSeen = () => document.querySelectorAll(".chart:not([data-drawn], [data-begun])").forEach((chart) => {
    if (!isSeen(chart)) return;
    chart.dataset.begun = "";
    draw(chart).catch((error) => { chart.textContent = "This chart could not be drawn."; console.error(error); });
  });
  document.addEventListener("toggle", drawSeen, true);
  drawSeen();

  // Tables: sorting by a click on a head, with totals kept last; a third click brings back the first order.
  const value = (row, place) => {
    const cell = row.cells[place];
    if (!("value" in cell.dataset)) return cell.textContent.trim();
    return cell.dataset.value === "" ? null : Number(cell.dataset.value);
  };

  function compare(a, b) {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return typeof a === "number" ? a - b : a.localeCompare(b, "en-GB", { numeric: true });
  }

  function sort(table, head) {
    const order = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")];
    for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", order);
    const body = table.tBodies[0], place = head.cellIndex, way = order === "descending" ? -1 : 1;
    const rows = [...body.rows].sort((a, b) => {
      if (order === "none") return a.dataset.place - b.dataset.place;
      const x = value(a, place), y = value(b, place);
      return a.classList.contains("strong") - b.classList.contains("strong")
        || (x === null || y === null ? compare(x, y) : way * compare(x, y)) || a.dataset.place - b.dataset.place;
    });
    body.append(...rows);
  }

  document.querySelectorAll("table").forEach((table) => {
    [...table.tBodies[0].rows].forEach((row, place) => { row.dataset.place = place; });
    if (table.tBodies[0].rows.length < 2) return;
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => sort(table, head));
    }
  });

  // The exact values of a table, row by row, with a column more where a standard error stands beside a value.
  function cells(table) {
    const heads = [...table.tHead.rows[0].cells];
    const first = heads.flatMap((head) => {
      const name = head.textContent.trim();
      if ("beneath" in head.dataset) return [name, head.dataset.beneath];
      return "hasError" in head.dataset ? [name, `${name}, one standard error`] : [name];
    });
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].flatMap((cell, place) => {
      if ("beneath" in heads[place].dataset) return [...cell.childNodes].map((part) => harmless(part.textContent.trim()));
      const own = "value" in cell.dataset ? cell.dataset.value : harmless(cell.textContent.trim());
      return "hasError" in heads[place].dataset ? [own, cell.dataset.error] : [own];
    }));
    return [first, ...rows];
  }

  // A spreadsheet takes text that begins like this for a formula.
  const harmless = (words) => (/^[=+\-@\t]/.test(words) ? `'${words}` : words);
  const quoted = (cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const tabbed = (cell) => cell.replace(/[\t\n\r]+/g, " ");

  function save(name, type, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async function copied(words) {
    try {
      await navigator.clipboard.writeText(words);
      return true;
    } catch {
      const holder = document.createElement("textarea");  // where the browser keeps the clipboard from files
      holder.value = words;
      document.body.append(holder);
      holder.select();
      const done = document.execCommand("copy");
      holder.remove();
      return done;
    }
  }

  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const nameTheme = () => { document.querySelector('[data-do="theme"]').textContent = isDark() ? "Light" : "Dark"; };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
  nameTheme();

  const actions = {
    theme() { root.dataset.theme = isDark() ? "light" : "dark"; nameTheme(); },
    print() { print(); },
    open(button) {
      const open = button.textContent.startsWith("Open");
      document.querySelectorAll("details").forEach((part) => { part.open = open; });
      button.textContent = open ? "Close all parts" : "Open all parts";
    },
    async picture(button) {
      const figure = button.closest("figure");
      const view = views.get(figure.querySelector(".chart"));
      if (view) save(`${figure.id}.svg`, "image/svg+xml", (await view.toSVG()).replaceAll("currentColor", "#1b1f24"));
    },
    async copy(button) {
      const rows = cells(document.getElementById(button.dataset.of));
      const done = await copied(rows.map((row) => row.map(tabbed).join("\t")).join("\n"));
      button.parentElement.querySelector(".said").textContent = done ? "Copied, with every digit" : "The browser did not allow it";
    },
    download(button) {
      const table = document.getElementById(button.dataset.of);
      const content = cells(table).map((row) => row.map(quoted).join(",")).join("\r\n");
      save(`${table.dataset.file}.csv`, "text/csv;charset=utf-8", `\ufeff${content}\r\n`);
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) actions[button.dataset.do](button);
  });

  // A link to what stands in a folded part opens it.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();
})();
