import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Node.js has nothing that makes a certificate. */
const OPENSSL = 'openssl';
const NAME = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];

/** Makes a certificate of this machine that nobody has signed, and its key, in a folder. */
export function makeCertificate(folder: string): { key: string; certificate: string } {
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  const files = ['-keyout', key, '-out', certificate];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...NAME];
  execFileSync(OPENSSL, args, { stdio: 'ignore' });
  return { key, certificate };
}
