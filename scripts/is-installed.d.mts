export declare function isInstalled(root: string, lockfile: string): boolean
