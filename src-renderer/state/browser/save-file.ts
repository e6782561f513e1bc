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

/** A part of a file name made of what people call a connection, and the time: `plant-oslo 2026-11-20 14.31.07`. */
export function fileStem(name: string, at: Date): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}`;
  return `${plain === '' ? 'connection' : plain} ${day} ${time}`;
}
