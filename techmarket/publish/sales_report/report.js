"use strict";
// Numbers in the reader's format, the choice of language, tables that sort, and a chart of each table that asks for one.
(() => {
  const root = document.documentElement;
  const memory = "techmarket-report-language";
  const remembered = () => { try { return localStorage.getItem(memory); } catch { return null; } };
  const remember = (language) => { try { localStorage.setItem(memory, language); } catch { /* private windows forget */ } };
  const locale = () => (root.lang === "uk" ? "uk-UA" : "en-GB");
  const number = (value, options) => new Intl.NumberFormat(locale(), options).format(value);
  // Kopiykas are integers here; a text like "123.45" reaches the formatter whole, so that no cent is lost to a float.
  const decimal = (kopiykas) => {
    const digits = kopiykas.replace("-", "").padStart(3, "0");
    return `${kopiykas.startsWith("-") ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };
  const hryvnia = { style: "currency", currency: "UAH", currencyDisplay: "narrowSymbol" };
  const tenths = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const time = (text, options) => new Intl.DateTimeFormat(locale(), options).format(new Date(text));
  const written = {
    money: (value) => number(decimal(value), { minimumFractionDigits: 2 }),
    hryvnias: (value) => number(decimal(value), { ...hryvnia, maximumFractionDigits: 0 }),
    count: (value) => number(value),
    percent: (value) => `${number(value, tenths)}\u00a0%`,
    change: (value) => `${number(value, { ...tenths, signDisplay: "exceptZero" })}\u00a0%`,
    month: (value) => time(`${value}-01T00:00Z`, { month: "short", year: "numeric", timeZone: "UTC" }),
    day: (value) => time(`${value}T00:00Z`, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }),
    moment: (value) => time(value, { dateStyle: "medium", timeStyle: "short", timeZone: "Europe/Kyiv" }),
  };

  function speak(language) {
    root.lang = language;
    document.querySelectorAll("[data-language]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    });
    document.querySelectorAll("[data-kind][data-value]").forEach((cell) => {
      cell.textContent = written[cell.dataset.kind](cell.dataset.value);
    });
    document.title = document.querySelector(`h1 [lang="${language}"]`).textContent + " · TechMarket";
    drawAll();
  }

  function sortable(table) {
    table.querySelectorAll("thead button").forEach((button) => button.addEventListener("click", () => {
      const heading = button.closest("th");
      const ascending = heading.getAttribute("aria-sort") === "descending";
      table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const key = (row) => {
        const cell = row.cells[heading.cellIndex];
        return cell.dataset.value ?? (cell.dataset.kind ? "" : cell.textContent);
      };
      const compare = (a, b) => key(a).localeCompare(key(b), locale(), { numeric: true });
      const numeric = heading.classList.contains("number");
      const order = (a, b) => (numeric ? Number(key(a) || -Infinity) - Number(key(b) || -Infinity) || 0 : compare(a, b));
      const body = table.tBodies[0];
      body.append(...[...body.rows].sort((a, b) => (ascending ? order(a, b) : order(b, a))));
    }));
  }

  const charts = [];
  let printing = false;
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

  // A cell holds its text in both languages, or one text for both; a folded table is not rendered, so innerText would give both.
  const spoken = (cell) => (cell.querySelector(`.t[lang="${root.lang}"]`) ?? cell).textContent.trim();

  // Names of bars may take half of the width: on a phone they are broken into lines, so that none is cut.
  const lines = (name, width) => name.split(/(?<=[\s/-])/).reduce((broken, word) => {
    const last = broken.at(-1);
    return last !== undefined && (last + word).trim().length <= width ? [...broken.slice(0, -1), last + word] : [...broken, word];
  }, []);

  function draw(figure) {
    const table = document.getElementById(figure.dataset.table);
    const rows = [...table.tBodies[0].rows];
    const bars = figure.dataset.type !== "line";
    const sideways = figure.dataset.type === "ranked";
    const ink = printing ? "#333333" : colour("--faint");
    const line = printing ? "#dddddd" : colour("--line");
    const tints = printing ? ["#1f5fbf", "#8a94a3"] : [colour("--accent"), colour("--off")];
    const datasets = figure.dataset.columns.split(",").map((column, place) => ({
      label: spoken(table.tHead.rows[0].cells[column]),
      data: rows.map((row) => (row.cells[column].dataset.value === undefined ? null : Number(row.cells[column].dataset.value) / 100)),
      borderColor: tints[place], backgroundColor: tints[place],
      borderWidth: bars ? 0 : 2, borderDash: place ? [5, 4] : [], borderRadius: bars ? 3 : 0,
      pointRadius: 0, pointHitRadius: 12, tension: 0.2, maxBarThickness: 26,
    }));
    const compact = {
      ticks: { color: ink, maxTicksLimit: 6, callback: (value) => number(value, { notation: "compact" }) },
      grid: { color: line }, border: { display: false }, beginAtZero: true,
    };
    const names = {
      ticks: { color: ink, maxRotation: 0, autoSkip: !sideways, autoSkipPadding: 14 },
      grid: { display: false }, border: { color: line },
    };
    const name = (row) => spoken(row.cells[0]);
    const labels = rows.map(sideways ? (row) => lines(name(row), figure.clientWidth < 500 ? 16 : 40) : name);
    const mark = { usePointStyle: true, pointStyle: bars ? "rectRounded" : "line", pointStyleWidth: bars ? 12 : 26 };
    if (sideways) figure.style.height = `${60 + rows.length * (datasets.length > 1 ? 42 : 36)}px`;
    return new Chart(figure.querySelector("canvas"), {
      type: bars ? "bar" : "line",
      data: { labels, datasets },
      options: {
        indexAxis: sideways ? "y" : "x", responsive: true, maintainAspectRatio: false,
        animation: false, locale: locale(), interaction: { mode: "index", intersect: false, axis: sideways ? "y" : "x" },
        scales: sideways ? { x: compact, y: names } : { x: names, y: compact },
        plugins: {
          legend: { display: datasets.length > 1, align: "start", labels: { color: ink, ...mark } },
          tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${number(item.raw, hryvnia)}` } },
        },
      },
    });
  }

  function drawAll() {
    charts.splice(0).forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    document.querySelectorAll("[data-table]").forEach((figure) => charts.push(draw(figure)));
  }

  document.querySelectorAll("table.sortable").forEach(sortable);
  document.querySelectorAll("[data-language]").forEach((button) => button.addEventListener("click", () => {
    remember(button.dataset.language);
    speak(button.dataset.language);
  }));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  // Paper cannot be unfolded: tables are printed whole, and folded again where the reader had them folded.
  const folded = [];
  addEventListener("beforeprint", () => {
    folded.push(...document.querySelectorAll("details:not([open])"));
    folded.forEach((details) => { details.open = true; });
    printing = true;
    drawAll();
  });
  addEventListener("afterprint", () => {
    folded.splice(0).forEach((details) => { details.open = false; });
    printing = false;
    drawAll();
  });
  speak(remembered() ?? (navigator.language.startsWith("uk") ? "uk" : "en"));
})();
