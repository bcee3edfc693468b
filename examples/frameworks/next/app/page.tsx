import Link from 'next/link';
import { SignUp } from './sign-up';

export const metadata = { title: 'Home · Shop' };

export default function Home() {
  return (
    <main>
      <nav>
        <Link href="/">Home</Link> <Link href="/pricing">Pricing</Link>
      </nav>
      <h1>Home</h1>
      <SignUp />
    </main>
  );
}
