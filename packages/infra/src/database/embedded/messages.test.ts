import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinBytes, splitMessages } from './messages.ts';

/** A message as PostgreSQL's protocol has it: its type, the length of the rest, the rest. */
function message(type: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(5 + body.byteLength);
  bytes[0] = type.charCodeAt(0);
  new DataView(bytes.buffer).setUint32(1, 4 + body.byteLength);
  bytes.set(body, 5);
  return bytes;
}

/** The first message of a connection, which has no type. */
function startup(body: Uint8Array): Uint8Array {
  return message('S', body).subarray(1);
}

it('splits what was joined, with a startup message or without', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.tuple(fc.constantFrom('Q', 'P', 'B', 'E', 'S'), fc.uint8Array({ maxLength: 300 }))),
      (isFirst, parts) => {
        const messages = parts.map(([type, body]) => message(type, body));
        const all = isFirst ? [startup(Uint8Array.of(0, 3, 0, 0)), ...messages] : messages;
        // A view into a larger buffer, as the driver has them.
        const joined = joinBytes([Uint8Array.of(1, 2, 3), ...all]).subarray(3);
        expect(splitMessages(joined).map((bytes) => [...bytes])).toEqual(all.map((bytes) => [...bytes]));
      },
    ),
  );
});

it('refuses a message that is not whole', () => {
  const whole = message('Q', Uint8Array.of(1, 2, 3, 4));
  for (let length = 1; length < whole.byteLength; length += 1) {
    expect(() => splitMessages(whole.subarray(0, length))).toThrow('not whole');
  }
  expect(() => splitMessages(Uint8Array.of(81, 0, 0, 0, 1))).toThrow('not whole');
});
