/**
 * Shows progress while `work` runs, and then how long it took. On a terminal it is one line that counts up;
 * in a pipe or a CI log it is a line at the start, one every 5 s so that it does not look dead, and one at
 * the end.
 */
export async function withProgress(label, work, out = process.stderr) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1_000).toFixed(1)} s`;
  const startOfLine = out.isTTY ? '\r\u001B[K' : '';
  if (!out.isTTY) out.write(`${label} ...\n`);
  const tick = () => out.write(`${startOfLine}${label} ... ${seconds()}${out.isTTY ? '' : '\n'}`);
  const timer = setInterval(tick, out.isTTY ? 100 : 5_000);
  try {
    const result = await work();
    out.write(`${startOfLine}${label}: ${seconds()}\n`);
    return result;
  } catch (error) {
    out.write(`${startOfLine}${label}: failed after ${seconds()}\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
