import { UnrecoverableError } from 'bullmq';

/**
 * Thrown by a handler whose work has failed for good, after it has written so in its row and its log line.
 * The job fails at once, without another attempt, so that Bull Board does not show it as completed. Its data
 * then has `names` too: what the work was about, in the words that operators search for.
 */
export class WorkFailed extends UnrecoverableError {
  override name = 'WorkFailed';
  readonly names: Readonly<Record<string, unknown>>;

  constructor(reason: string, names: Readonly<Record<string, unknown>>) {
    super(reason);
    this.names = names;
  }
}
