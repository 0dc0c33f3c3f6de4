"""What stands between the exports and a component: it loads, calls, captures and explains."""
