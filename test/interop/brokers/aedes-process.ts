// Aedes is a library: this is the program around it. Arguments: the port, the port for WebSocket.
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import process from 'node:process';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

const [port, webSocketPort] = process.argv.slice(2).map(Number);
const broker = await Aedes.createBroker();
createServer((socket) => void broker.handle(socket)).listen(port, '127.0.0.1');
const http = createHttpServer();
new WebSocketServer({ server: http, handleProtocols: () => 'mqtt' }).on('connection', (socket) => {
  const stream = createWebSocketStream(socket);
  stream.on('error', () => socket.terminate());
  void broker.handle(stream);
});
http.listen(webSocketPort, '127.0.0.1');
