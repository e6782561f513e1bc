/** Why updates cannot be downloaded and what to do, as a sentence. */
export function updateFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' && message.includes('app-update.yml')) {
    return 'This build does not know where its updates come from. Look for a newer version where you got it.';
  }
  if (code === 'ERR_UPDATER_LATEST_VERSION_NOT_FOUND' || code === 'ERR_UPDATER_NO_PUBLISHED_VERSIONS') {
    return 'No release was found. Look for a newer version where you got this one.';
  }
  if (code === 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND') {
    return 'The newest release has nothing for this system. Try again later: it may still be in the making.';
  }
  if (/code signature for running application/i.test(message)) {
    return 'This copy is not signed, and macOS lets only signed programs replace themselves. Download the newer version where you got this one.';
  }
  if (code === 'ERR_UPDATER_INVALID_SIGNATURE' || /code signature|checksum mismatch/i.test(message)) {
    return 'What was downloaded is not what was published, and was thrown away. Nothing was installed. Try again; if it happens again, report it.';
  }
  const network = /net::(ERR_\w+)|\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN)\b/.exec(message);
  if (network !== null) {
    return `The update server cannot be reached (${network[1] ?? network[2]}). Check the network and try again.`;
  }
  return `Looking for updates failed: ${firstLine(message)}`;
}

/** The library puts whole answers of servers into its messages. */
function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]?.trim() ?? '';
  const short = line.length > 200 ? `${line.slice(0, 200)}…` : line;
  return /[.!?…]$/.test(short) ? short : `${short}.`;
}
