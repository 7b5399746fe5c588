/** Every workflow there is: what a worker's bundle is made of. */
export { advanceUnit } from './advance-unit.ts';
export { rotateFleet } from './rotate-fleet.ts';
