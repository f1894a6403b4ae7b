// Asks the device for a passkey, or for a new one, and sends its answer with the form. Without it the page says what else there is.
"use strict";

const form = document.getElementById("passkey");
const told = document.getElementById("passkey-told");

async function ask(event) {
  event.preventDefault();
  told.hidden = true;
  const options = JSON.parse(form.dataset.options);
  try {
    const given = form.dataset.kind === "new"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements.credential.value = JSON.stringify(given.toJSON());
    form.submit();
  } catch {
    told.hidden = false;
    told.focus();
  }
}

if (window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON) {
  form.hidden = false;
  form.addEventListener("submit", ask);
  document.getElementById("passkey-none").hidden = true;
}
