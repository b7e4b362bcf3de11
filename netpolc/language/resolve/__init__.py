"""From trees to a program: scopes, imports, environments, shorthand."""
