import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that does nothing: it reads each request and answers with so many bytes of JSON, the first argument. */
const [, , bytes] = process.argv;
const body = JSON.stringify({ text: '.'.repeat(Math.max(0, Number(bytes) - 11)) });
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`bare server at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
