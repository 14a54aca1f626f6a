import { createRoute } from '@hono/zod-openapi';
import {
  accountSchema,
  createAccountRequestSchema,
  listAccountsQuerySchema,
  listSchema,
  updateAccountRequestSchema,
} from '@pixsim7/contracts';
import { bearerSecurity, idInPath, jsonBody, jsonReply, refusal } from '../documentation/replies.ts';
import type { HttpApp, HttpParts } from '../http-parts.ts';

const tags = ['Accounts'];
const security = bearerSecurity;
const params = idInPath('acc_01k3v5m2q8r7t9w0x4y6z1a2b3');

const createAccount = createRoute({
  method: 'post',
  path: '/api/v1/accounts',
  operationId: 'createAccount',
  summary: 'Add an account at a provider',
  description: 'Credentials are stored encrypted and never returned. The balance is read at once.',
  tags,
  security,
  request: { body: jsonBody(createAccountRequestSchema) },
  responses: {
    201: {
      ...jsonReply(accountSchema, 'The account was added.'),
      headers: { Location: { schema: { type: 'string' as const }, description: 'Where the account is.' } },
    },
    ...refusal,
  },
});

const listAccounts = createRoute({
  method: 'get',
  path: '/api/v1/accounts',
  operationId: 'listAccounts',
  summary: 'List accounts, oldest first',
  tags,
  security,
  request: { query: listAccountsQuerySchema },
  responses: { 200: jsonReply(listSchema(accountSchema), 'All accounts.'), ...refusal },
});

const getAccount = createRoute({
  method: 'get',
  path: '/api/v1/accounts/{id}',
  operationId: 'getAccount',
  summary: 'Read an account',
  tags,
  security,
  request: { params },
  responses: { 200: jsonReply(accountSchema, 'The account.'), ...refusal },
});

const updateAccount = createRoute({
  method: 'patch',
  path: '/api/v1/accounts/{id}',
  operationId: 'updateAccount',
  summary: 'Change an account',
  tags,
  security,
  request: { params, body: jsonBody(updateAccountRequestSchema) },
  responses: { 200: jsonReply(accountSchema, 'The account as it is now.'), ...refusal },
});

const deleteAccount = createRoute({
  method: 'delete',
  path: '/api/v1/accounts/{id}',
  operationId: 'deleteAccount',
  summary: 'Remove an account that has no running jobs',
  tags,
  security,
  request: { params },
  responses: { 204: { description: 'Removed.' }, ...refusal },
});

const refreshAccount = createRoute({
  method: 'post',
  path: '/api/v1/accounts/{id}/refresh',
  operationId: 'refreshAccount',
  summary: 'Read the balance of an account now',
  description:
    'If the balance cannot be read it stays as it was; if the credentials are refused, the account is disabled.',
  tags,
  security,
  request: { params },
  responses: { 200: jsonReply(accountSchema, 'The account as it is now.'), ...refusal },
});

export function addAccountRoutes(app: HttpApp, { core: { accounts } }: Pick<HttpParts, 'core'>): void {
  app.openapi(createAccount, async (context) => {
    const account = await accounts.create(context.get('caller'), context.req.valid('json'));
    return context.json(account, 201, { Location: `/api/v1/accounts/${account.id}` });
  });
  app.openapi(listAccounts, async (context) =>
    context.json(await accounts.list(context.get('caller'), context.req.valid('query')), 200),
  );
  app.openapi(getAccount, async (context) =>
    context.json(await accounts.get(context.get('caller'), context.req.valid('param').id), 200),
  );
  app.openapi(updateAccount, async (context) =>
    context.json(
      await accounts.update(context.get('caller'), context.req.valid('param').id, context.req.valid('json')),
      200,
    ),
  );
  app.openapi(deleteAccount, async (context) => {
    await accounts.remove(context.get('caller'), context.req.valid('param').id);
    return context.body(null, 204);
  });
  app.openapi(refreshAccount, async (context) =>
    context.json(await accounts.refresh(context.get('caller'), context.req.valid('param').id), 200),
  );
}
