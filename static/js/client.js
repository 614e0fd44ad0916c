// What the client's page does better with scripts than without; none of it is needed.

document.documentElement.classList.add("is-live");

/** What swaps parts of a page is fetched when one first does something: reading alone needs none of it. */
const { htmx: address } = document.querySelector("script[data-htmx]").dataset;
let coming = null;
function ready() {
  if (window.htmx) return Promise.resolve();
  coming ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = () => {
      coming = null;
      reject(new Error(address));
    };
    document.head.append(script);
  });
  return coming;
}
const form = document.getElementById("choose");
if (form) {
  for (const sign of ["pointerdown", "keydown", "focusin"]) {
    document.addEventListener(sign, () => ready().catch(() => {}), { once: true, passive: true });
  }
  form.addEventListener("change", async () => {
    if (window.htmx) return;
    try {
      await ready();
      htmx.trigger(form, "change");
    } catch {
      form.requestSubmit();
    }
  });
}

/** What is chosen and what it costs stays in view beside the rest; where it is higher than the window, its foot does. */
const side = document.getElementById("decide");
function stopSide() {
  side.style.setProperty("--side-stops-at", `${Math.min(16, innerHeight - side.offsetHeight - 16)}px`);
}
if (side) {
  new ResizeObserver(stopSide).observe(side);
  addEventListener("resize", stopSide);
}

/** Whoever changes the language goes on reading where they were. */
function placeInView() {
  const seen = [...document.querySelectorAll("main [id]:is(h1, h2, section, aside)")].filter(
    (place) => place.getBoundingClientRect().top < innerHeight / 3,
  );
  return scrollY > 200 && seen.length ? `#${seen.at(-1).id}` : "";
}
document.addEventListener("click", (event) => {
  const tongue = event.target.closest(".client-tongues a");
  if (tongue) tongue.hash = placeInView();
});
