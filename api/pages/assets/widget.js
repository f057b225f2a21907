// The chat as a widget: put this script into your page, and a button at its lower right corner opens the conversation.
//
//   <script src="https://…/widget.js" data-language="tr" async></script>
//
// Nothing of the conversation is loaded before the button is pressed. The look is kept apart from the page's own by a
// shadow root, and what stands in the frame by the browser: the page around it reads nothing of it.

(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const language = script.dataset.language || document.documentElement.lang.slice(0, 2) || "tr";
  const words = {
    tr: { open: "Müşteri asistanını aç", close: "Kapat", title: "Müşteri asistanı" },
    en: { open: "Open the assistant", close: "Close", title: "Customer assistant" },
  };
  const { open, close, title } = words[language] || words.tr;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `
    <style>
      :host { all: initial; }
      button { all: unset; box-sizing: border-box; cursor: pointer; }
      button:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 3px; }
      .opener { position: fixed; right: 20px; bottom: 20px; width: 60px; height: 60px; border-radius: 50%;
        background: #fff url("${home}/favicon.ico") center / 36px no-repeat; box-shadow: 0 4px 16px #0004;
        z-index: 2147483000; }
      .panel { position: fixed; right: 20px; bottom: 92px; width: min(420px, calc(100vw - 40px));
        height: min(680px, calc(100dvh - 112px)); display: flex; flex-direction: column; border-radius: 14px;
        overflow: hidden; background: #fff; box-shadow: 0 8px 32px #0005; z-index: 2147483000; }
      .panel[hidden] { display: none; }
      .head { display: flex; justify-content: space-between; align-items: center; padding: 4px 4px 4px 16px;
        font: 600 15px system-ui, sans-serif; color: #0f172a; background: #fff; border-bottom: 1px solid #cbd5e1; }
      .close { width: 44px; height: 44px; text-align: center; font-size: 22px; border-radius: 8px; }
      iframe { flex: 1; border: 0; width: 100%; }
      @media (max-width: 480px) { .panel { inset: 0; width: 100%; height: 100%; border-radius: 0; } }
      @media (prefers-color-scheme: dark) { .head, .panel { background: #0f172a; color: #f1f5f9; } }
    </style>
    <button class="opener" type="button" aria-haspopup="dialog" aria-expanded="false"></button>
    <section class="panel" role="dialog" hidden>
      <div class="head"><span></span><button class="close" type="button">×</button></div>
    </section>`;
  const [opener, panel, closer] = [".opener", ".panel", ".close"].map((name) => root.querySelector(name));
  opener.setAttribute("aria-label", open);
  closer.setAttribute("aria-label", close);
  panel.setAttribute("aria-label", title);
  root.querySelector(".head span").textContent = title;

  function show(isOpen) {
    if (isOpen && !panel.querySelector("iframe")) {
      const frame = document.createElement("iframe");
      frame.title = title;
      frame.allow = "microphone; clipboard-write";
      frame.src = `${home}/chat/?language=${encodeURIComponent(language)}`;
      panel.append(frame);
    }
    panel.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? closer : opener).focus();
  }

  opener.addEventListener("click", () => show(panel.hidden));
  closer.addEventListener("click", () => show(false));
  root.addEventListener("keydown", (event) => event.key === "Escape" && !panel.hidden && show(false));
  const place = () => document.body.append(host);
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
})();
