// The X.509 library, which needs Reflect's metadata before it loads.
import 'reflect-metadata';

export * from '@peculiar/x509';
