/** What a soak may be told by the environment. */
export const settings = {
  /** Minutes of the storm. */
  minutes: numberOf('SOAK_MINUTES', 60),
  /** The storm's faults are chosen by it. */
  seed: numberOf('SOAK_SEED', Date.now() % 1_000_000),
  /** Requests a second that clients send. */
  requestsPerSecond: numberOf('SOAK_RATE', 30),
  /** Rounds of each kind of zombie. */
  zombies: numberOf('SOAK_ZOMBIES', 3),
};

function numberOf(name: string, standard: number): number {
  const value = Number(process.env[name] ?? standard);
  if (!(value > 0)) throw new Error(`${name} takes a number above 0, not "${process.env[name]}"`);
  return value;
}
