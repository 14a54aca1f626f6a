import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '@pixsim7/core';
import type { Manifest } from '../backup/manifest.ts';
import { callControl, ControlError } from './call-control.ts';
import { controlAddress } from './control-address.ts';
import type { ControlHandlers, ControlRequest } from './protocol.ts';
import { serveControl } from './serve-control.ts';

const manifest: Manifest = {
  format: 'pixsim7-backup',
  format_version: 1,
  server_version: '1.2.3',
  created_at: '2026-01-02T00:00:00.000Z',
  database: { last_migration: 1, tables: [], sequences: [], unfinished_jobs: 0 },
  blobs: { count: 0, bytes: 0, unreadable: [] },
  keys: [],
};
const request: ControlRequest<'backup'> = { command: 'backup', directory: '/backups/today', with_keys: true };
const warnings: string[] = [];
const logger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (_fields, message) => void warnings.push(message),
  error: () => {},
};

let dataDirectory: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'pixsim7-control-'));
  stop = () => Promise.resolve();
});
afterEach(async () => {
  await stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

async function serve(
  backup: ControlHandlers['backup'],
  others: Partial<ControlHandlers> = {},
): Promise<void> {
  const notAsked = () => Promise.reject(new Error('This was not asked for.'));
  const handlers = { backup, rotate_secret_key: notAsked, rotate_api_key: notAsked, ...others };
  stop = await serveControl({ dataDirectory, logger, handlers });
}

describe('commands to a running server', () => {
  it('find nobody where no server runs, or where one was killed', async () => {
    expect(await callControl(dataDirectory, request)).toBeNull();
    await writeFile(join(dataDirectory, 'control.sock'), '');
    expect(await callControl(dataDirectory, request)).toBeNull();
  });

  it('are carried out over the remains of a killed one', async () => {
    await writeFile(join(dataDirectory, 'control.sock'), '');
    await serve(async (asked) => {
      expect(asked).toEqual(request);
      return manifest;
    });
    expect(await callControl(dataDirectory, request)).toEqual(manifest);
  });

  it('reach the one who can do them', async () => {
    const rotated = { key_file: null, old_key_until: '2026-01-02T00:00:00.000Z' };
    await serve(async () => manifest, {
      rotate_api_key: async ({ overlap_s: overlap }) => {
        expect(overlap).toBe(60);
        return rotated;
      },
    });
    expect(await callControl(dataDirectory, { command: 'rotate_api_key', overlap_s: 60 })).toEqual(rotated);
  });

  it('can be given by the owner of the folder only', async () => {
    await serve(async () => manifest);
    expect((await stat(join(dataDirectory, 'control.sock'))).mode & 0o777).toBe(0o600);
  });

  it('tell why they failed', async () => {
    await serve(() => Promise.reject(new Error('the disk is full')));
    await expect(callControl(dataDirectory, request)).rejects.toEqual(new ControlError('the disk is full'));
  });

  it('are called off when the one who asked goes away', async () => {
    let calledOff: (reason: unknown) => void = () => undefined;
    const wasCalledOff = new Promise<unknown>((resolve) => {
      calledOff = resolve;
    });
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    await serve(
      (_request, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            calledOff(signal.reason);
            reject(signal.reason as Error);
          });
          begun();
        }),
    );
    const socket = connect(controlAddress(dataDirectory) ?? '');
    socket.write(`${JSON.stringify(request)}\n`);
    await hasBegun;
    socket.destroy();
    expect(await wasCalledOff).toMatchObject({ message: 'The command was cancelled.' });
  });

  it('are called off when the server stops, which says so and takes its socket away', async () => {
    await serve(
      (_request, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          void stop();
        }),
    );
    await expect(callControl(dataDirectory, request)).rejects.toEqual(new ControlError('The server stops.'));
    expect(existsSync(join(dataDirectory, 'control.sock'))).toBe(false);
  });

  it('are refused when they are no commands', async () => {
    await serve(async () => manifest);
    const socket = connect(controlAddress(dataDirectory) ?? '');
    socket.write('{"command":"format the disk"}\n');
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) {
      text += String(chunk);
    }
    expect(JSON.parse(text)).toMatchObject({ outcome: 'failed' });
  });

  it('are not possible in a folder with a very long path, which is logged', async () => {
    dataDirectory = join(dataDirectory, 'x'.repeat(100));
    await serve(async () => manifest);
    expect(warnings.at(-1)).toContain('path too long');
    expect(await callControl(dataDirectory, request)).toBeNull();
  });
});
