import { useEffect, useState } from 'preact/hooks';
import type { Answer, QuestionInput } from '../../../core/question.ts';
import { ApiError } from './client.ts';
import { useApp } from './context.ts';

const RETRY_MS = 1000;
/** What goes away by itself: the replica is being built, the reporting starts, the site's first event is on its way. */
const passing = new Set(['building', 'unreachable', 'unknown_site', 'unavailable', 'busy']);

/** The last answer, which may still be that of the question before. */
export interface Asked {
  /** What `answer` answers. */
  question?: QuestionInput;
  answer?: Answer;
  /** Of the question as it is now. */
  error?: ApiError;
  /** Whether `answer` is that of the question as it is now. */
  current: boolean;
}

interface Kept {
  key: string;
  question?: QuestionInput;
  answer?: Answer;
  error?: ApiError;
}

/**
 * Asks, and asks again whenever something has changed. The answer before stays until there is a new one, so that nothing
 * jumps; only another site's is forgotten at once.
 *
 * @param question undefined: nothing is asked yet
 */
export function useAnswer(question: QuestionInput | undefined): Asked {
  const { client, tick } = useApp();
  const [kept, keep] = useState<Kept>({ key: '' });
  const key = question ? JSON.stringify(question) : '';

  useEffect(() => {
    if (!question) return undefined;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function ask(asked: QuestionInput): Promise<void> {
      try {
        const answer = await client.query(asked, stop.signal);
        keep({ key, question: asked, answer });
      } catch (error) {
        if (stop.signal.aborted) return;
        const shown = error instanceof ApiError ? error : new ApiError(0, 'internal', String(error));
        keep((before) => ({ ...before, key, error: shown }));
        if (passing.has(shown.reason)) timer = setTimeout(() => void ask(asked), RETRY_MS);
      }
    }
    void ask(question);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, tick]);

  const isOfSite = kept.question?.site_id === question?.site_id;
  return {
    ...(isOfSite && kept.question && kept.answer ? { question: kept.question, answer: kept.answer } : {}),
    ...(kept.error && kept.key === key ? { error: kept.error } : {}),
    current: kept.key === key && kept.answer !== undefined,
  };
}
