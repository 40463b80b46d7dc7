/** What commands share: the console, the configuration options, files and folders. */
package io.lengthwise.cli.console;
