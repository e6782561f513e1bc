import { PAGE_META } from '../wire/web-socket.ts';

/** Puts the page's secret into the window's HTML. It holds characters of base64url and dots only. */
export function withPageSecret(html: string, secret: string): string {
  return html.replace(/<head[^>]*>/i, (head) => `${head}<meta name="${PAGE_META}" content="${secret}">`);
}

/** What a person sees instead of the window. `title` and `paragraphs` are our own texts, not escaped. */
function page(title: string, paragraphs: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title} – Topicscope</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1.5rem }
code { font-size: 0.95em }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n')}
</main>
</body>
</html>
`;
}

export const NO_ACCESS_PAGE = page('This browser has no access yet', [
  'Topicscope is running here, but this browser did not show its access token.',
  'Look at the terminal where Topicscope was started. It printed an address that ends in <code>/?token=…</code>. Open that whole address once; after that this page works without it.',
  'The token changes with each start unless you give one with <code>--token</code>.',
  'If you have just opened that address: <a href="/">open the window</a>.',
]);

export const WRONG_TOKEN_PAGE = page('This access token is not valid', [
  'It may be of an earlier start, or it was cut when it was copied.',
  'Copy the whole address that Topicscope printed in its terminal when it was started, and open it.',
]);

export const UNKNOWN_HOST_PAGE = page('Topicscope does not answer to this name', [
  'The name in the address bar is not one that Topicscope was told to accept. This protects it from other web pages.',
  'Use the address that it printed when it was started, or start it with <code>--allowed-host NAME</code>.',
]);

export const NOT_BUILT_PAGE = page('The window is not built', [
  'Topicscope is running, but the files of its window are missing.',
  'Start it with <code>npm start</code>, which builds them.',
]);
