/** The resolution that an answer states, in the words of either generation. */
export { readTimeUnit as readResolution } from "../answer/time_unit.ts";
