import { createHash } from 'node:crypto';
import { HOST_META, TICKET_ATTRIBUTE, TICKET_PARAMETER } from '../../wire/web-socket.ts';

/** Before anything else of the page: whatever the address carries leaves the address bar. */
const TAKE_TICKET =
  `{const u=new URL(location.href),t=u.searchParams.get('${TICKET_PARAMETER}');` +
  `if(u.search)history.replaceState(null,'',u.pathname);` +
  `if(t)document.documentElement.setAttribute('${TICKET_ATTRIBUTE}',t)}`;

/** What the policy of the page has to allow for it. */
export const TAKE_TICKET_SOURCE = `'sha256-${createHash('sha256').update(TAKE_TICKET).digest('base64')}'`;

/** The window's HTML as a browser gets it. It holds no secret, and is the same for everybody. */
export function forBrowser(html: string): string {
  const first = `<script>${TAKE_TICKET}</script><meta name="${HOST_META}" content="browser">`;
  return html.replace(/<head[^>]*>/i, (head) => `${head}${first}`);
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

export const UNKNOWN_HOST_PAGE = page('Topicscope does not answer to this name', [
  'The name in the address bar is not one that Topicscope accepts. This protects it from other web pages.',
  'Use the address that it printed when it was started, or start it with <code>--allowed-host NAME</code>.',
]);

/** Paths of the files that the window's HTML asks for first. */
export function filesNamedIn(html: string): readonly string[] {
  return [...html.matchAll(/(?:src|href)="\.?(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
}

export const REBUILT_PAGE = page('The window was built again', [
  'Topicscope is running, but the files of its window were replaced after it was started, or are being replaced now.',
  'Stop it and start it again, then open the address that it prints. Its connections end with it; profiles and settings stay.',
]);

export const NOT_BUILT_PAGE = page('The window is not built', [
  'Topicscope is running, but the files of its window are missing.',
  'Start it with <code>npm start</code>, which builds them.',
]);
