// What other explorers do with a window: every message crosses to the page by itself, a Map per node there,
// and a row for every topic. Generous to them: plain DOM, rows touched only where they changed, once a frame.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import mqtt from 'mqtt';
import { WebSocketServer } from 'ws';
import type { ClientStart } from './report.ts';

const { port } = JSON.parse(process.argv[2] ?? '{}') as ClientStart;

const PAGE = `<!doctype html><meta charset="utf-8"><style>
body { font: 13px sans-serif; margin: 0 } li { height: 24px; list-style: none }
#rows { height: 100vh; overflow: auto }</style><ul id="rows"></ul><script>
const node = (name, level) => ({ name, level, children: new Map(), count: 0, payload: '', element: null });
const root = node('', -1);
const changed = new Set();
let due = false;
function insertAfter(parent, child) {
  const element = document.createElement('li');
  element.style.paddingLeft = child.level * 16 + 'px';
  child.element = element;
  let last = parent;
  for (;;) { const below = [...last.children.values()].filter((one) => one !== child && one.element).pop(); if (!below) break; last = below; }
  if (last.element) last.element.after(element); else document.getElementById('rows').prepend(element);
}
function draw() {
  due = false;
  for (const at of changed) at.element.textContent = at.name + '  ' + at.payload + '  ' + at.count;
  changed.clear();
}
window.received = 0;
function take({ topic, payload }) {
  window.received++;
  let at = root;
  for (const level of topic.split('/')) {
    let next = at.children.get(level);
    if (!next) { next = node(level, at.level + 1); insertAfter(at, next); at.children.set(level, next); }
    next.count++;
    changed.add(next);
    at = next;
  }
  at.payload = payload;
  if (!due) { due = true; requestAnimationFrame(draw); }
}
new WebSocket(location.href.replace('http', 'ws')).onmessage = ({ data }) => take(JSON.parse(data));
</script>`;

const server = createServer((_, response) => {
  response.setHeader('content-type', 'text/html');
  response.end(PAGE);
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  const client = mqtt.connect({ host: '127.0.0.1', port, protocolVersion: 5, reconnectPeriod: 0 });
  client.on('message', (topic, payload) =>
    socket.send(JSON.stringify({ topic, payload: payload.toString('utf8') })),
  );
  client.on('connect', () => client.subscribe(['#', '$SYS/#']));
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ kind: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
});
process.on('disconnect', () => process.exit(0));
