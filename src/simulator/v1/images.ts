import type { Call } from "./call.ts";
import { whole } from "./parameters.ts";
import { Picture, Refusal } from "./reply.ts";

/** A picture of one pixel. */
const picture = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=",
  ),
  (letter) => letter.charCodeAt(0),
);

/** The `hash` that spares a client the picture it has. */
const imageHash = 123456789;

/** `/site/{id}/siteImage/{name}`; a hash is ignored when the picture is scaled. */
export function siteImage(call: Call): Picture {
  if (!call.site.model.spec.hasImage) throw new Refusal(404, "No image");
  const size = { least: 1, most: 10_000, otherwise: 0 };
  const scaled = whole(call.parameters, "maxWidth", size) +
    whole(call.parameters, "maxHeight", size);
  const same = call.parameters.get("hash") === String(imageHash);
  return same && scaled === 0 ? new Picture(304, new Uint8Array()) : new Picture(200, picture);
}

/** `/site/{id}/installerImage/{name}` */
export function installerImage(call: Call): Picture {
  if (!call.site.model.spec.hasImage) throw new Refusal(404, "No image");
  return new Picture(200, picture);
}
