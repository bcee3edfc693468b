'use client';

import { useTrack } from 'footfall-sdk/react';

export function SignUp() {
  const track = useTrack<{ signup: { plan: 'free' | 'pro' } }>();
  return (
    <button type="button" onClick={() => void track('signup', { plan: 'pro' })}>
      Sign up
    </button>
  );
}
