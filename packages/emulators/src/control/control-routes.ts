import { Hono } from 'hono';
import type { NodeEnvironment } from '../http/listen.ts';
import { ControlBodyError } from './body.ts';
import type { ControlledProvider } from './controlled-provider.ts';
import { createFaultList, readFault } from './faults.ts';
import { injectFaults } from './inject-faults.ts';
import type { Wait } from './inject-faults.ts';
import { relativePathOf } from './relative-path.ts';
import { createRequestCounts } from './request-counts.ts';

export const controlPath = '/_emulator';

/** Puts the control API beside a provider's wire, and its faults and counters in front of it. */
export function withControl(
  provider: ControlledProvider,
  wire: Hono<NodeEnvironment>,
  wait: Wait,
): Hono<NodeEnvironment> {
  const faults = createFaultList();
  const requests = createRequestCounts();

  const control = new Hono<NodeEnvironment>();
  control.get('/state', (context) => context.json({ ...provider.state(), requests: requests.all() }));
  control.get('/faults', (context) => context.json({ faults: faults.all() }));
  control.post('/faults', async (context) => {
    const fault = readFault(await readJson(context.req.raw));
    faults.add(fault);
    return context.json(fault, 201);
  });
  control.delete('/faults', (context) => {
    faults.clear();
    return context.json({ faults: faults.all() });
  });
  control.get('/settings', (context) => context.json(provider.settings()));
  control.post('/settings', async (context) => {
    provider.changeSettings(await readJson(context.req.raw));
    return context.json(provider.settings());
  });
  for (const [name, act] of Object.entries(provider.actions ?? {})) {
    control.post(`/${name}`, async (context) => context.json(act(await readJson(context.req.raw)), 201));
  }
  control.onError((error, context) => {
    if (error instanceof ControlBodyError) {
      const { field, allowed, message } = error;
      return context.json({ error: message, field, allowed }, 400);
    }
    throw error;
  });

  const app = new Hono<NodeEnvironment>();
  app.route(controlPath, control);
  app.use('*', async (context, next) => {
    requests.count(context.req.method, relativePathOf(provider, context.req.path));
    await next();
  });
  app.use('*', injectFaults(faults, provider, wait));
  app.route('/', wire);
  return app;
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new ControlBodyError('body', 'JSON');
  }
}
