"""The forms that others read: a workbook for Excel, a data package for tools, an export for Open SDG."""
