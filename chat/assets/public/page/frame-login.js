// The login inside a frame of another site: a token for this frame in the place of a cookie, which would not get here.

import { word } from "./language.js";

const SCOPE = "offline_access"; // a short token, and one that renews it

async function tokenFor(form) {
  const body = new URLSearchParams({ ...Object.fromEntries(new FormData(form)), scope: SCOPE });
  const answer = await fetch("/api/v1/auth/token", { method: "POST", body });
  if (answer.ok) return answer.json();
  throw new Error({ 401: "login_wrong", 422: "login_wrong", 429: "login_busy" }[answer.status] || "login_away");
}

function built() {
  const dialog = document.createElement("dialog");
  dialog.id = "telekom-login";
  dialog.setAttribute("aria-labelledby", "telekom-login-title");
  dialog.innerHTML = `
    <link rel="stylesheet" href="/brand.css">
    <form>
      <h2 id="telekom-login-title"></h2>
      <p role="alert"></p>
      <label><span></span><input name="username" type="email" autocomplete="username" required></label>
      <label><span></span><input name="password" type="password" autocomplete="current-password" required></label>
      <button type="submit"></button>
      <p><a href="/forgotten" target="_blank" rel="noopener"></a></p>
      <p><a href="/signup" target="_blank" rel="noopener"></a></p>
    </form>`;
  const named = ["h2", "label:nth-of-type(1) span", "label:nth-of-type(2) span", "button", "a", "p:last-child a"];
  const words = ["login_title", "login_email", "login_password", "login_submit", "login_forgotten", "login_new"];
  named.forEach((place, at) => (dialog.querySelector(place).textContent = word(words[at])));
  dialog.addEventListener("cancel", (event) => event.preventDefault()); // there is nothing behind it yet
  return dialog;
}

/** Ask for login and password until they are right, and return the answer of the server with the tokens. */
export async function askForLogin() {
  const dialog = built();
  if (document.readyState === "loading") await new Promise((go) => addEventListener("DOMContentLoaded", go));
  document.body.append(dialog);
  dialog.showModal();
  const [form, button, problem] = ["form", "button", '[role="alert"]'].map((place) => dialog.querySelector(place));
  const issued = await new Promise((done) =>
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      problem.textContent = "";
      await tokenFor(form).then(done, (error) => {
        problem.textContent = word(error.message.startsWith("login_") ? error.message : "login_away");
      });
      button.disabled = false;
    }),
  );
  dialog.remove();
  return issued;
}
