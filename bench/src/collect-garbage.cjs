/**
 * Loaded into a process whose memory is measured: SIGUSR2 has it collect its garbage. In plain JavaScript, because it comes
 * before anything that reads TypeScript.
 */
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
process.on('SIGUSR2', () => collect());
