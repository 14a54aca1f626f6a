import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess } from '@pixsim7/testkit/servers';
import type { RunningProgram } from '@pixsim7/testkit/servers';
import type { Random } from './random.ts';

export type Role = 'api' | 'worker';

/** A place that always has a process, one after the other. */
export interface Member {
  readonly name: string;
  readonly role: Role;
  /** null between two processes. */
  readonly program: RunningProgram | null;
}

interface LivingMember extends Member {
  program: RunningProgram | null;
  killed: boolean;
}

/** As a service manager does between two starts that fail. */
const restartPauseMs = 1_000;

/**
 * Server processes under a supervisor: whichever ends is started again at once.
 *
 * A process that ends without being killed by the test is a fault of the server; `crashes` has its output.
 */
export class ServerCluster {
  readonly crashes: string[] = [];
  kills = 0;
  readonly #members: LivingMember[];
  readonly #environment: Record<string, string>;
  #lives: readonly Promise<void>[] = [];
  #closing = false;

  constructor(roles: readonly Role[], environment: Record<string, string>) {
    this.#environment = environment;
    this.#members = roles.map((role, index) => ({
      name: `${role} ${roles.slice(0, index + 1).filter((other) => other === role).length}`,
      role,
      program: null,
      killed: false,
    }));
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** Resolves when every process answers. */
  async start(): Promise<void> {
    this.#lives = this.#members.map((member) => this.#live(member));
    await this.untilAllRun();
  }

  async untilAllRun(): Promise<void> {
    while (this.#members.some(({ program }) => program === null)) {
      if (this.crashes.length > 0) {
        throw new Error(this.crashes.join('\n'));
      }
      await sleep(50);
    }
  }

  /** The addresses of the processes of a role at this moment. */
  addresses(role: Role): string[] {
    return this.#members.flatMap((member) =>
      member.role === role && member.program !== null ? [member.program.ready] : [],
    );
  }

  /**
   * kill -9 of one process at random, if at least `leastRunning` run. Starting one takes more than a second of a slow
   * machine; without the bound all would be starting all the time, and nobody would do anything worth breaking off.
   */
  async killOne(random: Random, leastRunning: number): Promise<void> {
    const running = this.#members.filter(({ program }) => program !== null);
    if (running.length < leastRunning) {
      return;
    }
    const victim = random.pick(running);
    victim.killed = true;
    this.kills += 1;
    await victim.program?.kill();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#members.map(async ({ program }) => program?.kill()));
    await Promise.all(this.#lives);
  }

  async #live(member: LivingMember): Promise<void> {
    while (!this.#closing) {
      member.killed = false;
      try {
        const program = await startServerProcess({ ...this.#environment, ROLE: member.role });
        member.program = program;
        if (this.#closing) {
          await program.kill();
        }
        const code = await program.ended;
        member.program = null;
        if (!member.killed && !this.#closing) {
          this.crashes.push(`${member.name} ended with ${code}:\n${program.output()}`);
        }
      } catch (error) {
        this.crashes.push(`${member.name} did not start: ${String(error)}`);
        await sleep(restartPauseMs);
      }
    }
  }
}
