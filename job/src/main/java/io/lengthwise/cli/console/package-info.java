/** Shared parts of the commands: the console, the configuration options, files and folders. */
package io.lengthwise.cli.console;
