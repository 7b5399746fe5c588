import type { Problem } from '../../problems/problem.ts';

/** Whether the rotation goes on with a certificate that it has not answered for in time. */
export function isUnanswered({ code }: Problem): boolean {
  return code === 'CERTIFICATE_UNANSWERED';
}
