"use strict";
// Search, sorting, filters and groups over the mailboxes that do not simply work. Rows that the page
// does not hold as HTML are built from its data once they are shown. All of it is laid in by
// textContent: nothing that a record holds is ever read as markup.
(() => {
  const list = document.getElementById("rows");
  if (!list) return;
  const data = JSON.parse(document.getElementById("data").content.textContent);
  const tools = document.getElementById("tools");
  const status = document.getElementById("status");
  const control = (name) => tools.querySelector(`[name=${name}]`);
  const CHUNK = 100;
  const RANK = { broken: 0, unknown: 1, unsupported: 2 };

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children.filter((each) => each !== null && each !== ""));
    return made;
  }

  // What stands between backticks as code, as in the rows that the page holds as HTML.
  function prose(text) {
    const parts = text.split("`");
    if (parts.length % 2 === 0) return [text];
    return parts.map((part, at) => (at % 2 ? element("code", {}, part) : part));
  }

  function finding(number) {
    const [rule, word, colour, message, remedy, evidence, waived] = data.findings[number];
    const made = element("div", { class: `finding ${colour}` },
      element("p", {}, element("strong", {}, `${data.titles[rule]}: `), element("span", { class: "quiet" }, word)),
      element("p", {}, message));
    if (remedy) made.append(element("p", {}, element("strong", {}, word === "fails" ? "Do: " : "To find out: "), ...prose(remedy)));
    if (waived) made.append(element("p", {}, waived));
    if (evidence.length) {
      made.append(element("ul", { class: "evidence" }, ...evidence.map((line) => element("li", {}, line))));
    }
    return made;
  }

  function linked(number, words) {
    return data.causes[number].linked ? element("a", { href: `#cause-${number}` }, words) : words;
  }

  function why(row) {
    if (!row.causes.length) return "not established";
    const more = row.causes.length - 1;
    return data.causes[row.causes[0]].title + (more ? ` (+${more})` : "");
  }

  function build(row) {
    const more = element("div", { class: "more" });
    const others = row.causes.filter((number) => !data.causes[number].own);
    for (const number of others.filter((each) => data.causes[each].decides)) {
      const cause = data.causes[number];
      more.append(element("p", {}, linked(number, cause.label), `: ${cause.title}. `,
        element("strong", {}, "Do: "), ...prose(cause.remedy)));
    }
    more.append(...row.findings.map(finding));
    const also = others.filter((each) => !data.causes[each].decides);
    if (also.length) {
      const links = also.flatMap((number) => ["; ", linked(number, data.causes[number].title)]).slice(1);
      more.append(element("p", {}, "Also bears on it: ", ...links, "."));
    }
    if (row.url) {
      more.append(element("p", {}, element("a", { href: row.url, rel: "noreferrer" }, "Open the record in Dynamics 365")));
    }
    return element("li", { class: `row ${row.standing}` }, element("details", {},
      element("summary", {},
        element("span", {}, element("b", {}, row.name), element("span", { class: "address" }, row.address)),
        element("span", { class: "on" }, row.profile),
        element("span", { class: "chip" }, data.standings[row.standing]),
        element("span", { class: "why" }, why(row))),
      more));
  }

  const link = (id) => data.link && data.link.replace("{id}", encodeURIComponent(id));
  const known = [...list.children];
  const rows = data.rows.map(([id, name, address, profile, standing, causes, findings], place) => ({
    place, name, address, profile: data.profiles[profile], standing, causes: data.sets[causes],
    findings: data.sets[findings], url: link(id),
    node: known[place] || null,
    text: [name, address, data.profiles[profile], id, ...data.sets[causes].map((each) => data.causes[each].title)].join("\n").toLowerCase(),
  }));

  const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const names = new Map();
  const ORDERS = {
    standing: (one, other) => RANK[one.standing] - RANK[other.standing] || one.place - other.place,
    name: (one, other) => names.get(one) - names.get(other),
    profile: (one, other) => compare(one.profile, other.profile) || one.place - other.place,
    causes: (one, other) => other.causes.length - one.causes.length || one.place - other.place,
  };
  const GROUPS = {
    none: null,
    cause: (row) => (row.causes.length ? `${data.causes[row.causes[0]].label}: ${data.causes[row.causes[0]].title}` : "No cause established"),
    profile: (row) => row.profile || "No profile",
    standing: (row) => data.standings[row.standing],
  };

  let queue = [];
  let drawn = 0;
  // A button, as rows that came by themselves would push away the place that a link led to.
  const further = element("p", { class: "further" }, element("button", { type: "button" }, `Show ${CHUNK} more mailboxes`));

  function draw(upTo) {
    const part = document.createDocumentFragment();
    for (; drawn < Math.min(upTo, queue.length); drawn += 1) {
      const each = queue[drawn];
      if (each.heading) {
        part.append(element("li", { class: "group" }, element("h3", {}, `${each.heading} (${each.count.toLocaleString("en")})`)));
      } else {
        each.node ||= build(each);
        part.append(each.node);
      }
    }
    list.append(part);
    further.hidden = drawn >= queue.length;
  }

  function grouped(found, by) {
    const groups = new Map();
    for (const row of found) {
      const key = by(row);
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(row);
    }
    return [...groups].sort((one, other) => other[1].length - one[1].length)
      .flatMap(([heading, members]) => [{ heading, count: members.length }, ...members]);
  }

  const CONTROLS = ["search", "standing", "profile", "cause", "sort", "group"];
  const chosen = () => JSON.stringify(CONTROLS.map((name) => control(name).value));
  let applied = "";

  // Browsers tell one choice as input, as change, or as both, and a change of the search once it
  // loses the focus: rows that were laid out anew by then would lose the click that took it.
  function applyOnce() {
    if (chosen() !== applied) apply();
  }

  function apply() {
    applied = chosen();
    const words = control("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const standing = control("standing").value;
    const profile = control("profile").value;
    const cause = control("cause").value;
    const order = control("sort").value;
    const found = rows.filter((row) => (!standing || row.standing === standing)
      && (profile === "" || row.profile === data.profiles[profile])
      && (cause === "" || row.causes.includes(Number(cause)))
      && words.every((word) => row.text.includes(word)));
    if (order === "name" && !names.size) {
      [...rows].sort((one, other) => compare(one.name, other.name)).forEach((row, place) => names.set(row, place));
    }
    if (ORDERS[order]) found.sort(ORDERS[order]);
    const by = GROUPS[control("group").value];
    queue = by ? grouped(found, by) : found;
    drawn = 0;
    list.replaceChildren();
    draw(rows.length === known.length ? queue.length : CHUNK);
    const all = rows.length.toLocaleString("en");
    status.textContent = found.length === rows.length ? `${all} mailboxes` : `${found.length.toLocaleString("en")} of ${all} mailboxes`;
  }

  function show(filters) {
    for (const name of ["search", "standing", "profile", "cause"]) control(name).value = filters[name] ?? "";
    apply();
  }

  tools.hidden = false;
  document.getElementById("unscripted")?.remove();
  list.after(further);
  further.firstChild.addEventListener("click", () => {
    const before = list.children.length;
    draw(drawn + CHUNK);
    [...list.children].slice(before).find((each) => each.matches(".row"))?.querySelector("summary").focus();
  });
  for (const kind of ["input", "change"]) tools.addEventListener(kind, applyOnce);
  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("reset", () => setTimeout(apply));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-standing], [data-cause], [data-profile]");
    if (link && link.matches("a")) show(link.dataset);
  });
  const unprinted = element("p", { class: "unprinted" });
  further.after(unprinted);
  addEventListener("beforeprint", () => {
    draw(Math.max(drawn, data.printed));
    const more = queue.slice(drawn).filter((each) => !each.heading).length;
    unprinted.textContent = more ? `${more.toLocaleString("en")} more mailboxes are not printed; the CSV report holds them.` : "";
  });
  apply();
})();
