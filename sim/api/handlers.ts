import type { KubeObject } from '../world.ts';
import { existing, type Call } from './call.ts';
import { create } from './create.ts';
import { remove, removeCollection } from './delete.ts';
import { exec } from './exec.ts';
import { log } from './log.ts';
import { portForward } from './port-forward.ts';
import { list } from './read.ts';
import { patch, update } from './replace.ts';
import { requestToken, reviewAccess, reviewToken } from './reviews.ts';
import { scale } from './scale.ts';
import { ApiError } from './status.ts';
import { watch } from './watch.ts';
import type { WebSockets } from './web-sockets.ts';

export interface HandlerContext {
  readonly webSockets: WebSockets;
  /** Milliseconds between two bookmarks of a watch. */
  readonly bookmarkEvery: number;
}

/** Gives the answer's object; undefined where it has taken the connection over. */
type Handler = (call: Call, context: HandlerContext) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  get: (call): KubeObject => existing(call),
  list,
  watch: (call, { bookmarkEvery }) => watch(call, bookmarkEvery),
  create,
  update,
  patch,
  delete: remove,
  deletecollection: removeCollection,
  'create tokenreviews': reviewToken,
  'create selfsubjectaccessreviews': reviewAccess,
  'get pods/log': log,
  'get pods/exec': (call, { webSockets }) => exec(call, webSockets),
  'get pods/portforward': (call, { webSockets }) => portForward(call, webSockets),
  'create serviceaccounts/token': requestToken,
  'get */status': (call): KubeObject => existing(call),
  'update */status': update,
  'patch */status': patch,
  'get */scale': scale,
  'update */scale': scale,
  'patch */scale': scale,
};

/** The handler of a call; 404 for a subresource, and 405 for a verb, that its resource has not. */
export function handlerOf({ verb, type, subresource }: Call): Handler {
  const reviewed = handlers[`${verb} ${type.resource}`];
  if (subresource === undefined) {
    const handler = reviewed ?? handlers[verb];
    if (handler !== undefined) return handler;
    throw new ApiError('MethodNotAllowed', 'the server does not allow this method on the requested resource');
  }
  const any = subresource === 'scale' && !type.scale ? undefined : handlers[`${verb} */${subresource}`];
  const handler = handlers[`${verb} ${type.resource}/${subresource}`] ?? any;
  if (handler !== undefined) return handler;
  throw new ApiError('NotFound', 'the server could not find the requested resource');
}
