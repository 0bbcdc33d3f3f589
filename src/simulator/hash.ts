/** A number in [0, 1) that depends on its arguments alone: chance that is the same in every run. */
export function chance(...seeds: readonly (number | string)[]): number {
  let state = 0x811c9dc5;
  for (const seed of seeds) {
    if (typeof seed === "number") state = mix(state ^ (seed | 0));
    else for (let i = 0; i < seed.length; i++) state = mix(state ^ seed.charCodeAt(i));
  }
  return (mix(state) >>> 0) / 0x1_0000_0000;
}

function mix(value: number): number {
  let state = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
  return (state ^ (state >>> 16)) + 0x9e3779b9 | 0;
}
