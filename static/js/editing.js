// Writing in the offer where its words stand; without scripts the same forms open on pages of their own.

document.documentElement.classList.add("is-live");

/** What swaps parts of a page is fetched when one first does something: reading alone needs none of it. */
let coming = null;
function ready() {
  if (window.htmx) return Promise.resolve();
  coming ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("script[data-htmx]").dataset.htmx;
    script.onload = resolve;
    script.onerror = () => {
      coming = null;
      reject(new Error(script.src));
    };
    document.head.append(script);
  });
  return coming;
}
for (const sign of ["pointerdown", "keydown", "focusin"]) {
  document.addEventListener(sign, () => ready().catch(() => {}), { once: true, passive: true });
}
document.addEventListener("change", async (event) => {
  const form = event.target.closest("form[hx-get]");
  if (!form || window.htmx) return;
  await ready();
  htmx.trigger(form, "change");
});
async function ajax(...asked) {
  await ready();
  return htmx.ajax(...asked);
}

const FORM = ".edit-here .edit-form";
let next = null;

const openForm = () => document.querySelector(FORM);
const isDirty = (form) => form?.dataset.typed === "1";

/** Puts a form's place beside the block it is about, and hides the block meanwhile. */
function placeFor(block) {
  let host;
  if (block.matches("tr")) {
    const row = document.createElement("tr");
    host = row.insertCell();
    host.colSpan = 9;
    block.after(row);
    host.dataset.row = "1";
  } else if (block.matches("li")) {
    host = document.createElement("li");
    block.after(host);
  } else {
    host = document.createElement("div");
    block.after(host);
  }
  host.classList.add("edit-here");
  block.hidden = true;
  host.shut = () => {
    block.hidden = false;
    (host.dataset.row ? host.parentElement : host).remove();
  };
  return host;
}

/** Opens the form a pen leads to; what is open is saved first if anything was typed in it. */
async function openAt(pen) {
  const open = openForm();
  if (open) {
    if (isDirty(open)) {
      next = pen.getAttribute("href");
      open.requestSubmit(open.querySelector("[value=save]"));
      return;
    }
    open.closest(".edit-here").shut();
  }
  const host = placeFor(pen.closest("[data-block]"));
  try {
    // A source of its own: behind another request of the same source it would wait, and be told that it is done.
    await ajax("GET", pen.href, { source: host, target: host, swap: "innerHTML" });
  } catch {
    document.body.dispatchEvent(new Event("away", { bubbles: true }));
  }
  if (!host.querySelector("form")) {
    host.shut();
    pen.focus();
    return;
  }
  const first = host.querySelector("textarea, input:not([type=hidden]), select");
  first?.focus();
  first?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const pen = event.target.closest("a.pen");
  if (pen) {
    event.preventDefault();
    openAt(pen);
    return;
  }
  if (event.target.closest("a, button, input, select, textarea, label, summary, .edit-here, .grip")) return;
  if (String(getSelection())) return;
  const block = event.target.closest("[data-block]");
  const inside = block?.querySelector("a.pen");
  if (inside && inside.closest("[data-block]") === block) openAt(inside);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest(".edit-form");
  if (form) form.dataset.typed = "1";
});

/** Escape shuts the form; what was typed is kept and offered when it is opened again. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const isNowhere = document.activeElement === document.body;
  const host = event.target.closest?.(".edit-here") ?? (isNowhere ? openForm()?.closest(".edit-here") : null);
  if (!host) return;
  const block = host.dataset.row ? host.parentElement.previousElementSibling : host.previousElementSibling;
  host.shut();
  block?.querySelector("a.pen")?.focus();
});

/** Leaving a form whose words are only one's own saves it. */
document.addEventListener("focusout", (event) => {
  const form = event.target.closest?.(".edit-here .edit-form[data-leaves]");
  if (!form || !isDirty(form)) return;
  setTimeout(() => {
    if (!form.isConnected || form.contains(document.activeElement) || next || !document.hasFocus()) return;
    form.requestSubmit(form.querySelector("[value=save]"));
  }, 200);
});

/** After a saving the paper is new: go on to what was pressed meanwhile, or back to where one was. */
document.body.addEventListener("wrote", (event) => {
  const href = next;
  next = null;
  const pen = href && document.querySelector(`a.pen[href="${CSS.escape(href)}"]`);
  if (pen) openAt(pen);
  else document.getElementById(event.detail.at)?.querySelector("a.pen")?.focus({ preventScroll: true });
});
document.body.addEventListener("htmx:afterSwap", () => {
  if (openForm()?.querySelector(".errors, [role=alert]")) next = null;
  grips();
  watch();
});
for (const refused of ["htmx:responseError", "htmx:sendError"]) addEventListener(refused, () => { next = null; });

/** Parts of the page that load when they are unfolded. */
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!box.open || !box.dataset?.loads) return;
  const address = box.dataset.loads;
  delete box.dataset.loads;
  ajax("GET", address, { target: box.querySelector(":scope > div"), swap: "innerHTML" });
}, true);

/** The rest of the offer loads when one comes near it. */
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    ajax("GET", target.dataset.nears, { target, swap: "outerHTML" });
  }
}, { rootMargin: "200px" });
function watch() {
  for (const each of document.querySelectorAll("[data-nears]:not([data-watched])")) {
    each.dataset.watched = "1";
    near.observe(each);
  }
}
watch();

/** Rows are dragged by their grips; the forms have buttons for the same. */
let dragged = null;
function grips() {
  for (const row of document.querySelectorAll("[data-moves]:not(:has(.grip))")) {
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.draggable = true;
    (row.matches("tr") ? row.cells[0] : row.firstElementChild).prepend(grip);
  }
}
grips();
const part = (row) => row?.closest("[id^=rows-]");
const rowsOf = (row) => [...part(row).querySelectorAll("[data-moves]")];
function unmark() {
  for (const each of document.querySelectorAll(".drop-before, .drop-after")) each.classList.remove("drop-before", "drop-after");
}
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".grip")?.closest("[data-moves]") ?? null;
  if (!dragged) return;
  event.dataTransfer.setData("text/plain", dragged.dataset.moves);
  event.dataTransfer.setDragImage(dragged, 0, 0);
  dragged.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-moves]");
  if (!dragged || !over || part(over) !== part(dragged)) return;
  event.preventDefault();
  unmark();
  const box = over.getBoundingClientRect();
  over.classList.add(event.clientY > box.top + box.height / 2 ? "drop-after" : "drop-before");
});
document.addEventListener("drop", (event) => {
  const over = event.target.closest?.("[data-moves]");
  if (!dragged || !over || part(over) !== part(dragged) || over === dragged) return;
  event.preventDefault();
  const others = rowsOf(dragged).filter((row) => row !== dragged);
  const to = others.indexOf(over) + (over.classList.contains("drop-after") ? 1 : 0);
  const before = others[to - 1]?.dataset.moves ?? "";
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  ajax("POST", "move/", {
    target: "#paper", swap: "outerHTML",
    values: { kind: "line", key: dragged.dataset.moves, after: before, csrfmiddlewaretoken: token },
  });
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  unmark();
});

/** Looks every twenty seconds whether somebody else has written or answered; not while the page is hidden. */
const EVERY = 20000;
let seen = null;
async function look() {
  const board = document.getElementById("board");
  if (!board || document.hidden) return;
  const address = new URL(board.dataset.board, location.href);
  address.search = location.search;
  const headers = seen ? { "If-None-Match": seen } : {};
  let answer;
  try {
    answer = await fetch(address, { headers, cache: "no-store" });
  } catch {
    return;
  }
  if (answer.status !== 200 || answer.redirected) return;
  const first = seen === null;
  seen = answer.headers.get("ETag");
  if (first || openForm()) return;
  ajax("GET", location.pathname + location.search, { target: "#paper", swap: "outerHTML" });
}
if (document.getElementById("board")) {
  setTimeout(look, 2000);
  setInterval(look, EVERY);
}
