export { onceIn, pick, seededDice, shuffled, type Dice } from './dice.ts';
export { seenIn, type Expected, type ExpectedReservation } from './expected.ts';
export { NaiveLedger } from './naive-ledger.ts';
export { RandomCommands, randomWait } from './random-commands.ts';
