/** The HTTP API of the server. */
export { listen, type Listening, type ListenParts } from './connections/listen.ts';
export { createHttpApp } from './create-http-app.ts';
export { problemResponse } from './problems/problem-reply.ts';
export { defaultHttpLimits, type HttpApp, type HttpLimits, type HttpParts } from './http-parts.ts';
