import { once } from 'node:events';
import { connect } from 'node:net';

/** A connection to Redis for a test, so that this package needs no client. */
export interface RedisCommands {
  /** One at a time. Returns the answer as Redis wrote it. @throws when it is an error */
  send(words: readonly string[]): Promise<string>;
  close(): void;
}

const isComplete = (answer: string): boolean => {
  const length = /^\$(-?\d+)\r\n/u.exec(answer);
  if (length === null) {
    return answer.endsWith('\r\n');
  }
  return Number(length[1]) < 0 || answer.length >= length[0].length + Number(length[1]) + 2;
};

export async function openRedisCommands(port: number): Promise<RedisCommands> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  // The server may be ended at any time; the next command says so.
  socket.on('error', () => undefined);
  socket.setEncoding('latin1');
  return {
    async send(words) {
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${words.length}\r\n${parts.join('')}`);
      let answer = '';
      while (!isComplete(answer)) {
        if (socket.destroyed) {
          throw new Error('Redis closed the connection.');
        }
        const [chunk] = (await once(socket, 'data')) as [string];
        answer += chunk;
      }
      if (answer.startsWith('-')) {
        throw new Error(`${words.join(' ')}: ${answer.slice(1).trim()}`);
      }
      return answer;
    },
    close: () => socket.destroy(),
  };
}
