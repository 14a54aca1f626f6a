/** Silence, as a WAV of 8,000 samples a second in 8 bits. */
export function createWavFile(seconds = 1): Uint8Array<ArrayBuffer> {
  const rate = 8_000;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + rate * seconds, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  // PCM, one channel.
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(rate * seconds, 40);
  return new Uint8Array(Buffer.concat([header, Buffer.alloc(rate * seconds, 128)]));
}
