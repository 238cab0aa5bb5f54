const WIDTH = 30;
const LINE_EVERY_MS = 10_000;

/** Shows on stderr how much of `total` is done: on a terminal a bar, elsewhere a line now and then. */
export function showProgress(label: string, total: number, out = process.stderr): (done: number) => void {
  const started = performance.now();
  let nextLineAt = started;
  return (done) => {
    const now = performance.now();
    const share = done / total;
    const percent = `${Math.floor(share * 100)} %, ${((now - started) / 1_000).toFixed(0)} s`;
    if (out.isTTY) {
      const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
      out.write(`\r\u001B[K${label} ${bar} ${percent}${done >= total ? '\n' : ''}`);
    } else if (now >= nextLineAt || done >= total) {
      out.write(`${label}: ${percent}\n`);
      nextLineAt = now + LINE_EVERY_MS;
    }
  };
}
