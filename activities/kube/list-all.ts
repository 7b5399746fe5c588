import type { Problem } from '../../problems/problem.ts';
import { asProblem } from './problems.ts';

const pageSize = 500;

export interface PageRequest {
  readonly limit: number;
  readonly _continue?: string;
}

interface Page<T> {
  readonly items: T[];
  readonly metadata?: { readonly _continue?: string };
}

/**
 * Lists all of a resource page by page. Where the server has forgotten the continue token (410) it begins
 * again, once.
 * @param object what is listed, for errors: `pods of cluster west`
 * @throws Problem as asProblem makes it
 */
export async function listAll<T>(
  object: string,
  page: (request: PageRequest) => Promise<Page<T>>,
): Promise<readonly T[]> {
  try {
    return await pages(page);
  } catch (error) {
    const problem: Problem = asProblem(error, object);
    if (problem.code !== 'RESOURCE_EXPIRED') throw problem;
    return pages(page).catch((again: unknown) => {
      throw asProblem(again, object);
    });
  }
}

async function pages<T>(page: (request: PageRequest) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let token: string | undefined;
  do {
    const { items: more, metadata } = await page({
      limit: pageSize,
      ...(token === undefined ? {} : { _continue: token }),
    });
    items.push(...more);
    token = metadata?._continue;
  } while (token !== undefined && token !== '');
  return items;
}
