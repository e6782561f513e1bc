/** How long the browser may take to begin reading what it saves, ms. */
const READ_WITHIN_MS = 60_000;

/** Saves bytes or text under a name, the way a browser does: as a download. */
export function saveFile(
  name: string,
  type: string,
  parts: readonly (string | Uint8Array<ArrayBuffer>)[],
): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), READ_WITHIN_MS);
}
